// How the judge looks at networks (nn/probe.hpp): each probe calls your builders or your block and reports what came of
// it.
#pragma once
#include "nn/probe.hpp"
#include "resnet.hpp"

namespace cnn::lab15 {

using nn::NetworkPass;
using nn::NetworkTable;

// 15.3: a block whose body is convolution (3×3), tanh, convolution (3×3), whose shortcut is a convolution (1×1) or the
// identity. The probe asks for two passes and reports the second: a block must forget nothing and keep nothing.
NetworkPass residual_pass(const Tensor& x, const Tensor& dy, bool projection, std::uint32_t seed);
NetworkTable basic_body_table(Index in, Index out, Index stride);  // for 8×8 pixels, as the next two
NetworkPass basic_body_pass(const Tensor& x, const Tensor& dy, Index stride, std::uint32_t seed);

// 15.4
NetworkTable make_shortcut_table(Shortcut option, Index in, Index out, Index stride);

// 15.5
NetworkTable bottleneck_body_table(Index in, Index inner, Index stride, StrideIn place);
NetworkPass bottleneck_body_pass(const Tensor& x, const Tensor& dy, Index stride, StrideIn place, std::uint32_t seed);

// 15.6
NetworkTable small_network_table(const SmallOptions& options);  // for 32×32 pixels
NetworkPass small_network_pass(const SmallOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed);
NetworkTable photo_network_table(const PhotoOptions& options);  // for 224×224 pixels
NetworkPass photo_network_pass(const PhotoOptions& options, const Tensor& x, const Tensor& dy, std::uint32_t seed);

// What the probes do with what the builders built: the judge's known mistakes go through the same.
inline NetworkTable table_of_body(nn::Sequential body, Index in) { return nn::table_of(body, {1, in, 8, 8}); }
inline NetworkPass pass_of(nn::Sequential network, const Tensor& x, const Tensor& dy, std::uint32_t seed) {
    return nn::pass_of(network, x, dy, seed);
}
inline NetworkTable table_of_small(nn::Sequential network, const SmallOptions& options) {
    return nn::table_of(network, {1, options.channels, 32, 32});
}
inline NetworkTable table_of_photo(nn::Sequential network) { return nn::table_of(network, {1, 3, 224, 224}); }

// The paths of residual_pass.
nn::Sequential probe_body(Index channels);
nn::Sequential probe_shortcut(Index channels, bool projection);

}  // namespace cnn::lab15
