# The program alone, static, without a shell. The database is elsewhere: set
# MINPING_DATABASE_URL and run the command `migrate` before the first `serve`.
# A closed network names its own registry and module proxy with --build-arg.
ARG BUILD_IMAGE=golang:1.26-bookworm
ARG FINAL_IMAGE=gcr.io/distroless/static-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
ARG GOPROXY=https://proxy.golang.org,direct
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/minping ./server \
    && mkdir -m 0711 /out/data

# Certificates (for database and gateways over TLS), /tmp and the account 65532; zone files are in the program.
FROM ${FINAL_IMAGE}
LABEL org.opencontainers.image.title="minping" \
      org.opencontainers.image.description="Citizens rate public services; offices answer; both become numbers fit for an appraisal" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /out/minping /minping
COPY --from=build /src/LICENSE /src/NOTICE /licenses/
COPY --from=build --chown=65532:65532 /out/data /data
ENV MINPING_ADDR=0.0.0.0:8080 MINPING_DATA_DIR=/data
USER 65532:65532
EXPOSE 8080
# serve stops in 10 s: what is queued is stored first.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["/minping", "healthcheck"]
ENTRYPOINT ["/minping"]
CMD ["serve"]
