from infra.bench.generations import rows_of

FOUND = {
    "own_vmaf": 98.584,
    "regenerated_vmaf": 97.8,
    "source_vmaf": 96.3,
    "regenerated_source_vmaf": 95.7,
    "first_trip_vmaf": 94.1,
    "trips_vmaf": 94.1,
    "sound_same": True,
    "bytes": 100,
    "regenerated_bytes": 220.0,
}


def test_says_what_was_lost_beside_what() -> None:
    mirrored, beside_footage, archived = rows_of("film", FOUND)
    assert (mirrored["vmaf_before"], mirrored["vmaf_after"], mirrored["lost"]) == (98.58, 97.8, 0.78)
    assert (beside_footage["lost"], beside_footage["size"]) == (0.6, 2.2)
    assert (archived["lost"], archived["size"], archived["sound_same"]) == (0, None, True)
