# Two stages: the first has what installing needs, the second only what running needs.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /portal
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt requirements-semantic.txt ./
RUN pip install --require-hashes -r requirements.txt
# Search across languages; SEMANTIC=off leaves it out (processors without AVX2, platforms without the package).
ARG SEMANTIC=on
RUN if [ "$SEMANTIC" = on ]; then pip install --require-hashes -r requirements-semantic.txt; fi
COPY . ./
# The values are there because settings refuse to load without them; none is kept.
RUN SECRET_KEY=build ALLOWED_HOSTS=build VAR_DIR=/tmp/var python manage.py compile_catalogues \
    && SECRET_KEY=build ALLOWED_HOSTS=build VAR_DIR=/tmp/var STATIC_ROOT=/portal/static \
       python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /portal --shell /usr/sbin/nologin portal \
    && mkdir /data && chown portal /data
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DEBUG=off VAR_DIR=/data STATIC_ROOT=/portal/static
WORKDIR /portal
COPY --from=build /opt/venv /opt/venv
COPY --from=build /portal /portal
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "scripts/healthcheck.py", "http://127.0.0.1:8000/healthz"]
CMD ["gunicorn", "portal.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "sync", "--limit-request-line", "8190", "--max-requests", "5000", "--max-requests-jitter", "500", "--access-logfile", "-"]
