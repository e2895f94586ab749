// The names that a pickle of weights may hold.
#include <algorithm>

#include "nn/pickle.hpp"

namespace cnn::nn {

bool allowed_global(std::string_view name) {
    // What tensors are made of, and what training scripts keep beside them. None of it is called: the worst that these
    // names can do is to be there.
    static constexpr std::string_view allowed[]{"collections.OrderedDict",
                                                "collections.defaultdict",
                                                "torch._utils._rebuild_tensor",
                                                "torch._utils._rebuild_tensor_v2",
                                                "torch._utils._rebuild_parameter",
                                                "torch.nn.parameter.Parameter",
                                                "torch.Size",
                                                "torch.device",
                                                "argparse.Namespace",
                                                "_codecs.encode",
                                                "numpy.dtype",
                                                "numpy.core.multiarray.scalar",
                                                "numpy._core.multiarray.scalar"};
    static constexpr std::string_view builtins[]{"set",   "frozenset", "dict",  "list",
                                                 "tuple", "int",       "float", "complex"};
    static constexpr std::string_view numbers[]{"float32",  "float", "float64", "double", "float16",   "half",
                                                "bfloat16", "int8",  "int16",   "int32",  "int64",     "uint8",
                                                "bool",     "long",  "int",     "short",  "complex64", "complex128"};
    static constexpr std::string_view storages[]{"Float", "Double", "Half",         "BFloat16",
                                                 "Long",  "Int",    "Short",        "Char",
                                                 "Byte",  "Bool",   "ComplexFloat", "ComplexDouble"};
    if (std::ranges::find(allowed, name) != std::end(allowed)) return true;
    for (const std::string_view module : {"builtins.", "__builtin__."})
        if (name.starts_with(module))
            return std::ranges::find(builtins, name.substr(module.size())) != std::end(builtins);
    for (const std::string_view module : {"torch.cuda.", "torch."}) {
        if (!name.starts_with(module)) continue;
        const std::string_view rest = name.substr(module.size());
        if (rest.ends_with("Storage"))
            return std::ranges::find(storages, rest.substr(0, rest.size() - 7)) != std::end(storages);
        return std::ranges::find(numbers, rest) != std::end(numbers);
    }
    return false;
}

}  // namespace cnn::nn
