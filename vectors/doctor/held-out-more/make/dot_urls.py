from django.urls import include, path
from oauth2_provider.contrib.rest_framework import OAuth2Authentication, TokenHasScope
from rest_framework.response import Response
from rest_framework.views import APIView


class Things(APIView):
    authentication_classes = [OAuth2Authentication]
    permission_classes = [TokenHasScope]
    required_scopes = ["write"]

    def get(self, request):
        return Response([])


urlpatterns = [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")), path("oidc/", include("mozilla_django_oidc.urls")), path("api/things", Things.as_view())]
