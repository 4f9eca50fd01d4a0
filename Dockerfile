# Two stages: the first builds the environment with uv, the second has only what runs.
FROM python:3.11-slim AS build
RUN pip install --no-cache-dir 'uv>=0.9,<1'
WORKDIR /app
ENV UV_PROJECT_ENVIRONMENT=/app/.venv UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-default-groups --no-install-project
COPY watcher watcher
RUN uv sync --locked --no-default-groups --no-editable

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 watcher && install -d -o watcher /app/data
WORKDIR /app
COPY --from=build /app/.venv /app/.venv
COPY bot.py ./
COPY config config
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1
USER watcher
VOLUME /app/data
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 CMD ["python", "bot.py", "check", "--alive"]
ENTRYPOINT ["python", "bot.py"]
CMD ["run"]
