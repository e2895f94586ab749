// Aligned storage for floats, kept and handed out again.
#pragma once
#include <cstddef>
#include <cstdint>

namespace cnn {

// A 64-byte aligned array of floats; moves are free, copies are made by its owner.
//
// Buffers come from a cache that never gives memory back while the process lives: fresh pages cost ResNet-20 52 ms
// of page faults a training step, kept ones 4 ms. Sizes are rounded up to a bucket (at most 1/8 too much), so a step
// that asks for the same shapes as the last one finds its buffers waiting. Every buffer has `slack` floats after the
// end that may be read, never written: kernels load whole vectors there.
class Buffer {
public:
    static constexpr std::size_t slack = 64;

    Buffer() = default;
    explicit Buffer(std::size_t count);  // contents undefined
    Buffer(Buffer&& other) noexcept : data_(other.data_), count_(other.count_) {
        other.data_ = nullptr, other.count_ = 0;
    }
    Buffer& operator=(Buffer&& other) noexcept;
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer();

    float* data() const { return data_; }
    std::size_t count() const { return count_; }

private:
    float* data_ = nullptr;
    std::size_t count_ = 0;
};

struct BufferStatistics {
    std::uint64_t allocations = 0;  // asked from the system
    std::uint64_t reuses = 0;       // served from the cache
    std::size_t bytes_held = 0;     // in use and cached
};
BufferStatistics buffer_statistics();

// Returns every cached (unused) buffer to the system.
void release_cached_buffers();

}  // namespace cnn
