"""Alerts whose time has come: held ones are let go, silent ones end, storms and windows end."""
