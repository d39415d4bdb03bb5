"""Writes a year of days of a shop as CSV: day, weekday, price, sales."""

import csv
import random
import sys
from datetime import date, timedelta

dice = random.Random(0)
with open(sys.argv[1], "w", newline="") as file:
    table = csv.writer(file)
    table.writerow(["day", "weekday", "price", "sales"])
    for k in range(365):
        day = date(2024, 1, 1) + timedelta(days=k)
        price = round(dice.uniform(8, 12), 2)
        sales = 200 - 12 * price + 15 * (day.weekday() >= 5) + dice.gauss(0, 4)
        table.writerow([day.isoformat(), day.weekday(), price, round(sales, 1)])
