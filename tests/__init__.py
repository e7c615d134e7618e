"""The proof: the same tree as the rooms, journeys, races, properties, and a cast to play them."""
