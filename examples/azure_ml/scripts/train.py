import argparse

import joblib
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--training_data")
    parser.add_argument("--alpha", type=float, default=1.0)
    parser.add_argument("--model_output")
    args = parser.parse_args()

    rows = pd.read_parquet(args.training_data)
    model = make_pipeline(StandardScaler(), Ridge(alpha=args.alpha))
    model.fit(rows[["weekday", "price"]], rows["sales"])
    joblib.dump(model, args.model_output)
    print(f"trained on {len(rows)} rows")


if __name__ == "__main__":
    main()
