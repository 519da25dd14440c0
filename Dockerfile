# The program alone: 12 MB, for amd64 and arm64. A release builds it from its own static programs, in a folder for each machine:
#   docker buildx build --platform linux/amd64,linux/arm64 --build-context programs=FOLDER .
# To use it: docker run --rm -v "$PWD:/work" IMAGE check
FROM scratch
ARG TARGETARCH
COPY --from=programs ${TARGETARCH}/yolint /yolint
WORKDIR /work
ENTRYPOINT ["/yolint"]
