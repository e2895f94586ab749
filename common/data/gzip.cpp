#include "data/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <utility>

#include "tensor/error.hpp"
#include "tensor/file.hpp"

namespace cnn::data {

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

struct Gunzip::State {
    std::string_view bytes;
    std::string name;
    z_stream stream{};
    bool at_end = false;
};

Gunzip::Gunzip(std::string_view bytes, std::string name) : state_(std::make_unique<State>()) {
    state_->bytes = bytes;
    state_->name = std::move(name);
    constexpr int gzip_format = 16;
    if (::inflateInit2(&state_->stream, MAX_WBITS + gzip_format) != Z_OK)
        fail_data("{}: no memory to unpack it", state_->name);
    // zlib counts in 32 bits; whole data sets are shorter.
    if (bytes.size() > std::uint64_t{1} << 31) fail_data("{}: too large to unpack", state_->name);
    state_->stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    state_->stream.avail_in = static_cast<uInt>(bytes.size());
}

Gunzip::~Gunzip() { ::inflateEnd(&state_->stream); }

std::string Gunzip::read(std::uint64_t count) {
    z_stream& stream = state_->stream;
    std::string result;
    std::size_t filled = 0;
    while (filled < count && !state_->at_end) {
        // Grow with what really comes: `count` is often only a promise.
        if (filled == result.size())
            result.resize(std::min<std::uint64_t>(count, std::max<std::size_t>(2 * filled, 1 << 16)));
        const std::size_t room = std::min<std::size_t>(result.size() - filled, std::size_t{1} << 30);
        stream.next_out = reinterpret_cast<Bytef*>(result.data() + filled);
        stream.avail_out = static_cast<uInt>(room);
        const int status = ::inflate(&stream, Z_NO_FLUSH);
        filled += room - stream.avail_out;
        if (status == Z_STREAM_END) {
            const std::string_view rest = state_->bytes.substr(state_->bytes.size() - stream.avail_in);
            if (is_gzip(rest))
                ::inflateReset(&stream);
            else if (rest.find_first_not_of('\0') == rest.npos)  // padding, as tapes and some tools leave it
                state_->at_end = true;
            else
                fail_data("{}: {} bytes too many after the end of the gzip data", state_->name, grouped(rest.size()));
        } else if (status == Z_BUF_ERROR && stream.avail_in == 0) {
            fail_data("{}: gzip file cut short after {} bytes: fetch it again", state_->name,
                      grouped(state_->bytes.size()));
        } else if (status != Z_OK) {
            fail_data("{}: gzip data damaged at byte {} ({}): fetch it again", state_->name,
                      grouped(state_->bytes.size() - stream.avail_in), stream.msg ? stream.msg : "no further detail");
        }
    }
    result.resize(filled);
    return result;
}

}  // namespace cnn::data
