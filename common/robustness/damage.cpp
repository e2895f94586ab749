#include "robustness/damage.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <set>

#include "tensor/random.hpp"

namespace cnn::robustness {
namespace {

// Places from 0 to just before `end`: dense at the start, where headers are, then sparse.
std::set<std::size_t> places(std::size_t end, std::size_t dense, std::size_t sparse) {
    std::set<std::size_t> result;
    for (std::size_t at = 0; at < std::min(dense, end); ++at) result.insert(at);
    for (std::size_t i = 0; i < sparse && end > 0; ++i) result.insert(end * i / sparse);
    if (end > 0) result.insert(end - 1);
    return result;
}

}  // namespace

std::vector<BrokenFile> cuts(std::string_view whole) {
    std::vector<BrokenFile> files;
    for (const std::size_t size : places(whole.size(), 40, 16))
        files.push_back({fmt::format("cut to {} bytes", size), std::string(whole.substr(0, size))});
    return files;
}

std::vector<BrokenFile> flips(std::string_view whole) {
    std::vector<BrokenFile> files;
    for (const std::size_t at : places(whole.size(), 80, 40)) {
        const auto bit = at * 5 % 8;  // every bit has its turn
        std::string bytes(whole);
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
        files.push_back({fmt::format("bit {} of byte {} flipped", bit, at), bytes, false});
    }
    return files;
}

std::vector<BrokenFile> large_numbers(std::string_view whole, std::size_t header) {
    using namespace std::string_view_literals;
    std::vector<BrokenFile> files;
    for (std::size_t at = 0; at + 4 <= std::min(header, whole.size()); at += 2)
        for (const auto number : {"\0\0\0\0"sv, "\xff\xff\xff\xff"sv, "\x7f\xff\xff\xff"sv, "\xff\xff\xff\x7f"sv}) {
            std::string bytes(whole);
            bytes.replace(at, 4, number);
            files.push_back({fmt::format("bytes {} to {} overwritten", at, at + 3), bytes, false});
        }
    return files;
}

std::vector<BrokenFile> additions(std::string_view whole, bool may_have_more, bool may_repeat) {
    return {{"one byte too many", std::string(whole) + '!', !may_have_more},
            {"twice in one file", std::string(whole) + std::string(whole), !may_have_more && !may_repeat}};
}

std::vector<BrokenFile> strangers() {
    using namespace std::string_literals;
    Engine engine(1);
    std::string noise;
    for (int i = 0; i < 5000; ++i) noise += static_cast<char>(uniform_index(engine, 256));
    const auto begun = [&](const std::string& start) { return start + noise; };
    const auto zip_of = [&](const std::string& first) {
        std::string start = "PK\3\4"s;
        start.resize(30);
        start[26] = static_cast<char>(first.size());
        return start + first + noise;
    };
    return {{"empty", ""},
            {"one zero", std::string(1, '\0')},
            {"zeros", std::string(5000, '\0')},
            {"ones", std::string(5000, '\xff')},
            {"text", "This is no data.\nNor is this.\n"},
            {"a web page", "<!DOCTYPE html><html><body>404 Not Found</body></html>\n"},
            {"a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 7\n"},
            {"noise", noise},
            {"packed text", gzip("This is no data.\n")},
            {"packed noise", gzip(noise)},
            {"the start of a ZIP archive", begun("PK\3\4")},
            {"PyTorch's weights", zip_of("archive/data.pkl")},
            {"PyTorch's weights of before 2020", begun("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.")},
            {"NumPy's archive", zip_of("arr_0.npy")},
            {"a pickle", begun("\x80\x02}q\x01(U\x0b")},
            {"an HDF5 file", begun("\x89HDF\r\n\x1a\n")},
            {"a network in ONNX", begun("\x08\x06\x12\x07pytorch\x1a\x05")},
            {"a tar archive", begun(fmt::format("{:257}ustar", "data.bin"))},
            {"an answer of a store's", "\xef\xbb\xbf<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>"},
            {"text in UTF-16", "\377\376c\0a\0t\0\n\0"s},
            {"what macOS keeps beside a file", begun("\0\5\x16\7\0\2\0\0Mac OS X        "s)},
            {"a WebP picture", begun("RIFF\x24\0\0\0WEBPVP8 "s)},
            {"a HEIC picture", begun("\0\0\0\30ftypheic"s)}};
}

std::string gzip(std::string_view bytes) {
    z_stream stream{};
    ::deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
    std::string packed(::deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    ::deflate(&stream, Z_FINISH);
    packed.erase(packed.size() - stream.avail_out);
    ::deflateEnd(&stream);
    return packed;
}

}  // namespace cnn::robustness
