"""Addresses of pictures: below `/v1/` for keys, below `/pictures/` for browsers."""

from django.urls import path, re_path

from loyalty.pictures import api

urlpatterns = [
    path("pictures", api.Pictures.as_view(), name="pictures"),
    path("pictures/<str:picture>", api.OnePicture.as_view(), name="picture"),
]

files = [
    re_path(
        r"^(?P<picture>pic_[0-9a-z]{26})-(?P<size>[0-9]{3})\.webp$",
        api.PictureFile.as_view(),
        name="picture-file",
    ),
]
