// Questions to functions that take functions: what came of calling them.
#pragma once
#include <vector>

#include "fast.hpp"

namespace cnn::lab09 {

// How often for_each_image called its body with 0, 1, …, images - 1.
std::vector<Index> calls_of_each(Index images);

// Does for_each_image share images that take time out to threads, none of which gets more than three quarters? Said of
// the best of several tries.
bool is_shared_out(Index images);
// The same of sum_over_images.
bool is_sum_shared_out(Index images);

// The smallest and the largest number in sum_over_images of so many terms [size] that are all ones, on several threads:
// of the first of many sums that is wrong.
std::vector<Index> sum_of_ones(Index images, Index size);

// sum_over_images of terms [N, …]: the term of image n is terms(n, …). On at most so many threads at a time; terms take
// other times, and the machine has another number of processors, at every call.
Tensor sum_of_terms(const Tensor& terms, Index threads);

}  // namespace cnn::lab09
