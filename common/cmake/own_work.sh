#!/bin/sh
# Links a program, provided that the file which answers for a lab does its own work: it may call what the lab declares
# (MAY_USE in labs/labs.cmake) of cnn::kernels and cnn::nn, and nothing else of theirs. What "-nn::with_heads" takes away
# stands before what gives it ("nn::").
#
#     own_work.sh 06 'dense.cpp.o' nn::operators … -- c++ … dense.cpp.o …
#
# The first object on the line that ends like the second word is the one to look at; `-` stands for any: what is compiled
# in the learner's place (./lab check --file) has a name of its own.
lab=$1
name=$2
[ "$name" = - ] && name=.o
shift 2
allowed=
while [ "$1" != -- ]; do
    allowed="$allowed $1"
    shift
done
shift

object=
for word in "$@"; do
    case $word in
        */exercises[0-9]*.dir/* | */refusals[0-9]*.dir/*) ;;  # the table of tasks and the refusals are ours
        *$name)
            object=$word
            break
            ;;
    esac
done
if [ -z "$object" ]; then
    echo "own_work.sh: there is no $name among what is linked" >&2
    exit 2
fi

# Everything the object wants from elsewhere, with the line that wants it ("U cnn::kernels::relu_forward(…)<tab>FILE:7").
# `nm -l` reads the line numbers: only where there is something to tell.
forbidden() {
    awk -F '\t' -v allowed="$allowed" -v lab="$lab" '
        BEGIN { count = split(allowed, names, " ") }
        {
            called = $1
            sub(/^ *[Uvw] /, "", called)
            sub(/^(vtable|VTT|typeinfo|typeinfo name|guard variable) for /, "", called)
            sub(/[(<].*/, "", called)
            sub(/^.* /, "", called)  # what a template returns
            if (called ~ /^(dlm?open|dlv?sym|dlinfo|dl_iterate_phdr|syscall)(@.*)?$/) {
                sub(/@.*/, "", called)
                if (told[called]++) next
                printf "%serror: no task needs %s, which reaches what is not yours: write it without\n", \
                    $2 == "" ? "" : $2 ": ", called
                next
            }
            if (called !~ /^cnn::(kernels|nn)::/) next
            called = substr(called, 6)
            for (i = 1; i <= count; ++i) {
                if (names[i] == "-" called || index(names[i], "-") == 1 && index(called, substr(names[i], 2) "::") == 1) break
                whole = names[i] ~ /::$/ ? names[i] : names[i] "::"
                # "nn::" does not lend the table of operators, which has to be named.
                if (called == names[i] || (index(called, whole) == 1 && called != "nn::operators")) next
            }
            if (told[called]++) next
            place = $2 == "" ? "" : $2 ": "
            printf "%serror: %s is the library'\''s own work, and in lab %s the work is yours: write it without\n", \
                place, called, lab
        }'
}
# readelf, since nm loads the plugins of every compiler on the machine first: 0.1 s of each verdict.
symbols=$(readelf -sWC "$object") || exit 2
if printf '%s\n' "$symbols" | grep -q 'FUNC *GLOBAL .* main$'; then
    echo "The file defines main(). Take it out: the grader has its own, and calls the functions of the contract." >&2
    exit 1
fi
if [ -n "$(printf '%s\n' "$symbols" | sed -n 's/^.* UND / U /p' | forbidden)" ]; then
    nm -C -u -l "$object" | forbidden >&2
    exit 1
fi
exec "$@"
