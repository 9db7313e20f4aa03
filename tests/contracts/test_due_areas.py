"""A contract may say that every area of a level owes its own report, and how long after the period."""

from __future__ import annotations

import datetime as dt

import pytest

from citybrain.contracts import ContractErrors, Due, load_contract, load_contracts

DUE = '[due]\nevery = "1d"\nby    = "10:00"\n'


def test_each_and_after_arrive(folder, good):
    stated = DUE + 'each = "township"\nafter = "1d"\n'
    folder.write("health/fever_clinic.toml", good.replace(DUE, stated))
    [contract] = load_contracts(folder)
    assert contract.due == Due(dt.timedelta(days=1), dt.time(10), dt.timedelta(days=1), "township")


def test_without_them_the_delivery_is_due_as_a_whole_and_at_once(folder, good):
    folder.write("health/fever_clinic.toml", good)
    [contract] = load_contracts(folder)
    assert contract.due == Due(dt.timedelta(days=1), dt.time(10)) and not contract.due.each and not contract.due.after


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ('each = "towship"\n', "'each' is not a known word. Found 'towship'.*Did you mean 'township'"),
        ('after = "a day"\n', "'after' is not a span of time. Found 'a day'.*such as 1d"),
        ('eech = "township"\n', "unknown key.*eech.*Did you mean 'each'"),
    ],
)
def test_a_wrong_key_is_said_with_what_may_be_meant(folder, good, key, said):
    folder.write("health/fever_clinic.toml", good.replace(DUE, DUE + key))
    with pytest.raises(ContractErrors, match=said):
        load_contracts(folder)


def test_a_contract_read_without_a_project_takes_any_level(folder, good):
    file = folder.write("health/fever_clinic.toml", good.replace(DUE, DUE + 'each = "canton"\n'))
    assert load_contract(file, "health").due.each == "canton"
