// Python's pickles, read without executing anything: what they hold as plain values, for the files of torch.save.
//
// A pickle is a program for a small machine, one of whose instructions calls any function of any module. Here there are
// no functions: a call becomes a value that says which name was called with which arguments, and a name that is not in
// a short list (allowed_global) ends the reading.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace cnn::nn {

struct PickleValue {
    enum class Kind {
        none,
        boolean,
        integer,
        real,
        text,        // bytes, too
        tuple,       // items
        list,        // items
        dict,        // items: a key, its value, a key, …
        set,         // items
        global,      // text: "torch.FloatStorage"
        call,        // text: what was called, items: its arguments
        persistent,  // items: what torch.save wrote in the place of a storage
        other,       // an integer of more than 64 bits
    };
    Kind kind = Kind::none;
    std::int64_t integer = 0;
    double real = 0;
    std::string text = {};
    std::vector<const PickleValue*> items = {};

    // The value of a dict under a text, nullptr where there is none (or this is no dict).
    const PickleValue* find(std::string_view key) const;
};

struct Pickle {
    std::deque<PickleValue> values;  // all of them; they refer to each other, perhaps in circles
    const PickleValue* root = nullptr;
    std::size_t size = 0;  // bytes that were read
};

// Reads the pickle that `bytes` begin with, of protocols 2 to 5. Throws DataError where it is damaged or too large, or
// names something that is not allowed.
Pickle read_pickle(std::string_view bytes);

// Whether files of weights may name it: "collections.OrderedDict", "torch._utils._rebuild_tensor_v2".
bool allowed_global(std::string_view name);

}  // namespace cnn::nn
