"""The pure core: values in, decisions with their reasons out. Standard library only, no clock, no database."""
