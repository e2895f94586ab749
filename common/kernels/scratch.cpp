#include "kernels/scratch.hpp"

#include <array>

namespace cnn::kernels {

float* scratch(Slot slot, Index count) {
    thread_local std::array<Buffer, slots> buffers;
    Buffer& buffer = buffers[static_cast<std::size_t>(slot)];
    const auto needed = static_cast<std::size_t>(count) + Buffer::slack;
    if (buffer.count() < needed) buffer = Buffer(needed + needed / 4);
    return buffer.data();
}

}  // namespace cnn::kernels
