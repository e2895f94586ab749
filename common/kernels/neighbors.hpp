// Local response normalisation of a strip of pixels through all channels, with vectors.
#pragma once
#include "kernels/local_response_norm.hpp"

namespace cnn::kernels {

// `count` pixels side by side, in `channels` planes that lie `pitch` numbers apart.
struct Strip {
    Index count, channels, pitch;
};
// Long enough to be read from memory without a pause, short enough for a neighborhood to stay in a near cache. On the
// way back, where three tensors are read, a longer one gains more than the nearest cache does.
inline constexpr Index longest_strip = 1024, longest_strip_back = 4096;

void normalize_strip(const float* x, const Strip& strip, const Neighborhood& neighborhood, float* scale, float* y);
void normalize_strip_backward(const float* x, const float* scale, const Strip& strip, const Neighborhood& neighborhood,
                              float* dy);

}  // namespace cnn::kernels
