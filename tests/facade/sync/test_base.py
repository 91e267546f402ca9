from __future__ import annotations
import time, json
def test_x(nights):
    t=time.perf_counter(); r=nights.run(); print(json.dumps(r["seconds"]), time.perf_counter()-t)
    t=time.perf_counter(); r=nights.run(); print(json.dumps(r), time.perf_counter()-t)
