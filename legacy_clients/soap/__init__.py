"""Calls to SOAP services: a contract read once, requests checked before they leave, replies before
they are believed.
"""
