#include "tensor/parallel.hpp"

#include <tbb/parallel_for.h>

namespace cnn {

void parallel_for(Index first, Index last, const std::function<void(Index)>& body) {
    tbb::parallel_for(first, last, body);
}

}  // namespace cnn
