#!/bin/sh
# The same scores from the same weights, there and back, for torchvision's networks with random weights:
#
#     sh common/zoo/tools/compare.sh alexnet vgg16 googlenet resnet18 resnet50
#
# Needs python3 with torchvision, and build/bin/lab12-reference (./lab run 12 --reference -- --help builds it).
# Of each: weights go from torchvision here and, saved again, back; the largest difference of the scores, relative to
# the largest score.
set -e
python=${PYTHON:-python3}
tools=$(dirname "$0")
lab=${LAB12:-$tools/../../../build/bin/lab12-reference}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -c "
import numpy as np, sys
np.save(sys.argv[1], np.random.default_rng(1).standard_normal((2, 3, 224, 224), np.float32))" "$work/x.npy"
for net in "$@"; do
    "$python" "$tools/export_weights.py" "$net" "$work/there.safetensors" --random
    "$lab" scores "$work/x.npy" "$work/here.npy" --model "$net" --weights "$work/there.safetensors" \
        --save "$work/back.safetensors" >/dev/null
    "$python" "$tools/import_weights.py" "$net" "$work/there.safetensors" "$work/x.npy" "$work/there.npy" >/dev/null
    "$python" "$tools/import_weights.py" "$net" "$work/back.safetensors" "$work/x.npy" "$work/back.npy" >/dev/null
    "$python" -c "
import numpy as np, sys
here, there, back = (np.load(f'{sys.argv[1]}/{name}.npy') for name in ('here', 'there', 'back'))
scale = np.abs(there).max()
print(f'{sys.argv[2]:10} differs by {np.abs(here - there).max() / scale:.1e}, back by {np.abs(back - there).max():.1e}')
" "$work" "$net"
done
