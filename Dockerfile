# Assets, fonts and translations are made in the first stage; the second holds what runs.
FROM python:3.13-slim-bookworm AS build
WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt requirements-local.txt constraints.txt ./
RUN python -m venv /venv && /venv/bin/pip install -r requirements.txt -c constraints.txt
RUN python -m venv /tools && /tools/bin/pip install -r requirements-local.txt -c constraints.txt
ENV PATH=/tools/bin:$PATH
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node static/build.mjs \
    && python tools/build_fonts.py \
    && python tools/messages.py compile \
    && python manage.py collectstatic --noinput \
    && rm -rf node_modules tests var

FROM python:3.13-slim-bookworm
RUN groupadd --gid 10001 dti && useradd --uid 10001 --gid 10001 --home-dir /app dti
RUN install -d -o dti -g dti /var/lib/dti
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MODE=production VAR_DIR=/var/lib/dti
COPY --from=build /venv /venv
COPY --from=build /app /app
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--config", "python:dti_tracker.gunicorn", "--bind", "0.0.0.0:8000", "dti_tracker.wsgi"]
