"""placeholder"""
def site(request):
    return {}
