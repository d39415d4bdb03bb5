"""What promotions bought, and challengers, in the shell."""


def test_versions_say_what_their_promotions_bought(lived):
    first, second, third = lived.json("versions", "m")
    assert first["bought"] is None
    for version in (second, third):
        bought = version["bought"]
        assert (bought["version"], bought["previous"]) == (version["number"], version["number"] - 1)
        assert bought["since"] == version["live_from"]
        assert bought["answer"] in ("better", "worse", "tie")
        assert bought["windows"] > 0
        assert bought["words"]
        assert version["beside"] is None


def test_shadow_begins_with_a_reason_and_ends(copied):
    line = copied()
    (fault,) = line.faults(2, "shadow", "m", 1)
    assert fault["key"] == "reason"
    begun = line.json("shadow", "m", 1, "--reason", "was it steadier?")
    assert (begun["state"], begun["why"], begun["before"]) == ("challenger", "was it steadier?", "retired")
    version = line.json("versions", "m")[0]
    assert version["state"] == "challenger"
    assert version["beside"]["words"] == "no labelled window yet"
    assert line.json("shadow", "m", 1, "--off")["state"] == "retired"
    line.faults(4, "shadow", "m", 1, "--off")


def test_shadow_of_the_champion_or_of_none_is_refused(lived):
    line = lived
    (served,) = line.faults(4, "shadow", "m", 3, "--reason", "why")
    assert "v3 is champion or challenger already" in served["problem"]
    (absent,) = line.faults(3, "shadow", "m", 9, "--reason", "why")
    assert "no version 9" in absent["problem"]
    (retired,) = line.faults(4, "reject", "m", 1, "--reason", "why")
    assert "v1 is retired" in retired["problem"]
    assert [one["state"] for one in line.json("versions", "m")] == ["retired", "retired", "champion"]
