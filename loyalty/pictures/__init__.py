"""Pictures of rewards, badges and whatever else members see: taken in, written anew, shown under their digest (S-47).

Words: picture, name (`pic_…`, made of the file's digest), size.
Doors: /v1/pictures, the admin, /pictures/… for browsers. Definitions above this room name pictures.
"""
