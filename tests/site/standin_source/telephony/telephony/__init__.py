"""Stand-in for the telephony app: its DocTypes as far as the contract names them, and no behaviour."""

__version__ = "0.0.1"
