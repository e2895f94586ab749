// Reading what gzip compressed.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cnn::data {

bool is_gzip(std::string_view bytes);

// Unpacks piece by piece, so that whoever asks decides how much memory a file may claim: a few bytes can promise
// gigabytes. RFC 1952; checksums are verified, several packed parts in a row are one.
class Gunzip {
public:
    // `bytes` must outlive the object; `name` is what errors call it.
    Gunzip(std::string_view bytes, std::string name);
    ~Gunzip();

    // The next bytes, `count` of them or as many as there are. Throws DataError when the file is cut short or damaged.
    std::string read(std::uint64_t count);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace cnn::data
