"""The desk of pictures: uploading, looking, and choosing one in the form of whatever names it."""
