"""Contracts: one TOML a feed, saying in words what a department delivers."""

from citybrain.contracts.contract import Contract, Delivery, Due, Expect, Mapping, Owner, Source
from citybrain.contracts.fingerprint import contract_fingerprint
from citybrain.contracts.loading import ContractErrors, check_contracts, load_contract, load_contracts

__all__ = [
    "Contract",
    "ContractErrors",
    "Delivery",
    "Due",
    "Expect",
    "Mapping",
    "Owner",
    "Source",
    "check_contracts",
    "contract_fingerprint",
    "load_contract",
    "load_contracts",
]
