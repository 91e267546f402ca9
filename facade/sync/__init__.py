"""The night: extract, translate, compare, seal, deliver, give back, certify; one file a step."""
