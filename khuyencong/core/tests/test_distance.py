from khuyencong.core.distance import Place, in_viet_nam, metres_between, metres_text, place_of

HA_NOI, SAI_GON = Place(21.02851, 105.85420), Place(10.77690, 106.70098)


def test_distance_over_the_ground():
    assert metres_between(HA_NOI, HA_NOI) == 0
    assert metres_between(HA_NOI, SAI_GON) == metres_between(SAI_GON, HA_NOI)
    assert 1_135_000 < metres_between(HA_NOI, SAI_GON) < 1_150_000
    # One minute of latitude is a nautical mile.
    assert abs(metres_between(Place(10, 105), Place(10 + 1 / 60, 105)) - 1_852) < 5
    assert metres_between(Place(0, 179.999), Place(0, -179.999)) < 300
    assert 20_000_000 < metres_between(Place(0, 0), Place(0, 180)) < 20_030_000


def test_places():
    assert place_of(None, 105) is None
    assert in_viet_nam(HA_NOI)
    assert in_viet_nam(Place(8.6, 111.9))  # Trường Sa
    assert not in_viet_nam(Place(0, 0))
    assert not in_viet_nam(Place(48.85, 2.35))


def test_distance_in_words():
    assert metres_text(1_250) == "1.250 m"
    assert metres_text(1_250, exact=False) == "khoảng 1.300 m"
    assert metres_text(3, exact=False) == "khoảng 100 m"
