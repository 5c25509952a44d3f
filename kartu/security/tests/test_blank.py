def test_the_empty_page_takes_two_queries(client, seller, django_assert_num_queries):
    """Session and person. Whoever adds a third one slows every page down, and loosens every measured ratio."""
    client.force_login(seller)
    client.get("/ui/blank/")

    with django_assert_num_queries(3):  # and in tests the view is logged at once
        response = client.get("/ui/blank/")

    assert response.status_code == 200
