#include "nn/operators.hpp"

namespace cnn::nn {

Operators& operators() {
    static Operators table;
    return table;
}

}  // namespace cnn::nn
