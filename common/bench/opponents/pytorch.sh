#!/bin/sh
# PyTorch as fast as Debian's packages make it: one pool of threads (OpenBLAS built for OpenMP, like PyTorch itself) and a
# malloc that keeps its memory. As installed, two pools spin against each other and it is up to four times slower on two
# threads; beating that would be hollow. The OpenBLAS is unpacked in the cache folder, not installed.
#   pytorch.sh --net lenet5 --batch 128 --threads 1 --seconds 3
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-/usr/bin/python3}
"$python" -c 'import torch' 2>/dev/null || {
    echo "pytorch.sh: PyTorch is not installed: apt-get install python3-torch" >&2
    exit 1
}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/openblas-openmp
if [ ! -d "$cache/usr" ]; then
    mkdir -p "$cache"
    (cd "$cache" && apt-get download -q libopenblas0-openmp >/dev/null 2>&1 && dpkg-deb -x libopenblas0-openmp*.deb .) ||
        echo "pytorch.sh: libopenblas0-openmp cannot be had; PyTorch will be slower than it could be" >&2
fi
export LD_LIBRARY_PATH="$cache/usr/lib/$(uname -m)-linux-gnu/openblas-openmp"
export GLIBC_TUNABLES=glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=68719476736:glibc.malloc.top_pad=67108864
exec "$python" -W ignore "$here/pytorch.py" "$@"
