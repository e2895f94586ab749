# The workbook's machine for macOS, Windows and any Linux that is neither Debian nor Ubuntu: the current Debian with every
# package that common/cli/packages.txt names. README.md says how to begin.
FROM debian:trixie
COPY common/cli/packages.txt /tmp/packages.txt
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends git nano \
        $(sed -nE 's/^([^# ]+) *\|.*/\1/p' /tmp/packages.txt) \
    && rm -rf /var/lib/apt/lists/* /tmp/packages.txt \
    && useradd --create-home --shell /bin/bash learner
USER learner
WORKDIR /workbook
CMD ["bash"]
