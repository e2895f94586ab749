#include "tensor/buffer.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cnn {
namespace {

constexpr std::size_t alignment = 64;

// Eight buckets to every power of two: at most an eighth is wasted, and similar sizes share a bucket.
std::size_t bucket(std::size_t count) {
    count = std::max<std::size_t>(count + Buffer::slack, 128);
    const std::size_t step = std::bit_floor(count) / 8;
    return (count + step - 1) / step * step;
}

class Cache {
public:
    float* take(std::size_t count) {
        const std::size_t size = bucket(count);
        {
            const std::scoped_lock lock(mutex_);
            if (auto& waiting = waiting_[size]; !waiting.empty()) {
                ++statistics_.reuses;
                float* data = waiting.back();
                waiting.pop_back();
                return data;
            }
            ++statistics_.allocations;
            statistics_.bytes_held += size * sizeof(float);
        }
        const std::size_t bytes = (size * sizeof(float) + alignment - 1) / alignment * alignment;
        void* data = std::aligned_alloc(alignment, bytes);
        if (!data) {
            const std::scoped_lock lock(mutex_);
            statistics_.bytes_held -= size * sizeof(float);
            throw std::bad_alloc();
        }
        // The slack may be read before anything was written there; let it be numbers.
        std::fill_n(static_cast<float*>(data) + count, size - count, 0.0f);
        return static_cast<float*>(data);
    }

    void give(float* data, std::size_t count) noexcept {
        const std::scoped_lock lock(mutex_);
        try {
            waiting_[bucket(count)].push_back(data);
        } catch (const std::bad_alloc&) {
            std::free(data);
        }
    }

    void release() {
        const std::scoped_lock lock(mutex_);
        for (auto& [size, waiting] : waiting_) {
            for (float* data : waiting) std::free(data);
            statistics_.bytes_held -= size * sizeof(float) * waiting.size();
            waiting.clear();
        }
    }

    BufferStatistics statistics() {
        const std::scoped_lock lock(mutex_);
        return statistics_;
    }

private:
    std::mutex mutex_;
    std::unordered_map<std::size_t, std::vector<float*>> waiting_;
    BufferStatistics statistics_;
};

// Never destroyed: tensors with static lifetime may outlive any other static object.
Cache& cache() {
    static Cache& only = *new Cache;
    return only;
}

}  // namespace

Buffer::Buffer(std::size_t count) : data_(count ? cache().take(count) : nullptr), count_(count) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(count_, other.count_);
    return *this;
}

Buffer::~Buffer() {
    if (data_) cache().give(data_, count_);
}

BufferStatistics buffer_statistics() { return cache().statistics(); }
void release_cached_buffers() { cache().release(); }

}  // namespace cnn
