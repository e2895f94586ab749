// A loop on all cores, for code that wants to be compiled in no time.
#pragma once
#include <functional>

#include "tensor/shape.hpp"

namespace cnn {

// Calls body(first), body(first + 1), …, body(last - 1), each once, on whichever core is free: tbb::parallel_for
// itself, but <tbb/parallel_for.h> costs a program half a second of compiling, and this header nothing. Calls may come
// in any order and at the same time; an exception that one of them throws is thrown here, and no more calls are begun.
void parallel_for(Index first, Index last, const std::function<void(Index)>& body);

}  // namespace cnn
