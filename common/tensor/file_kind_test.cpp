#include "tensor/file_kind.hpp"

#include <boost/test/unit_test.hpp>

#include "tensor/file.hpp"

using namespace cnn;
using namespace std::string_literals;

namespace {

std::string sentence(const std::string& bytes) {
    const auto kind = file_kind(bytes);
    return kind ? kind->sentence() : "unknown";
}

// The start of a ZIP archive whose first file bears this name.
std::string zip(const std::string& first) {
    std::string bytes = "PK\3\4"s;
    bytes.resize(30);
    bytes[26] = static_cast<char>(first.size());
    return bytes += first + "...";
}

// As Python 3.11's pickle, tarfile, h5py, onnx and others begin their files.
const std::string tar = "batch.bin" + std::string(248, '\0') + "ustar\0"s + "00";

}  // namespace

BOOST_AUTO_TEST_SUITE(kinds_of_files)

BOOST_AUTO_TEST_CASE(what_people_bring_is_named) {
    for (const auto& [bytes, start] : std::vector<std::pair<std::string, std::string>>{
             {zip("archive/data.pkl"), "a file of PyTorch's"},
             {zip("resnet18/data.pkl"), "a file of PyTorch's"},
             {"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M", "a file of PyTorch's"},
             {zip("arr_0.npy"), "an archive of NumPy arrays (.npz)"},
             {zip("photos/cat.jpg"), "a ZIP archive: unpack it first"},
             {"PK\3\4", "a ZIP archive"},
             {"\x93NUMPY\1\0v\0{'descr'"s, "a NumPy array (.npy)"},
             {"\x80\x02}q\x01(U\x0b"
              "batch_labelq\x02",
              "a pickle of Python's"},
             {"(dp1\nS'data'\n", "a pickle of Python's"},
             {"\x80\x04\x95\x0b\0\0\0"s, "a pickle of Python's"},
             {"\x89HDF\r\n\x1a\n\0\0"s, "an HDF5 file (.h5)"},
             {"\x08\x06\x12\x07pytorch\x1a\x05", "a network in ONNX"},
             {"\x40\0\0\0\0\0\0\0{\"w\":{"s, "weights (safetensors)"},
             {"MATLAB 5.0 MAT-file", "a MATLAB file"},
             {"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a Git LFS pointer: git lfs pull"},
             {"<!DOCTYPE html>", "a web page"},
             {"\xef\xbb\xbf\r\n <html>", "a web page"},
             {"<?xml version=\"1.0\"?><Error><Code>AccessDenied", "a web page"},
             {"\0\5\x16\7\0\2\0\0Mac OS X        "s, "what macOS keeps beside a file (AppleDouble): delete it"},
             {tar, "a tar archive: unpack it first (tar -xf)"},
             {"\x1f\x8b\x08", "compressed with gzip"},
             {"RIFF\x24\0\0\0WEBPVP8 "s, "a WebP picture"},
             {"\0\0\0\x18"
              "ftypheic\0\0\0\0"s,
              "a HEIC or AVIF picture"},
             {"\0\0\0\x1c"
              "ftypavif\0\0\0\0"s,
              "a HEIC or AVIF picture"},
             {"\0\0\0\x18"
              "ftypmp42\0\0\0\0"s,
              "a film"},
         })
        BOOST_TEST(sentence(bytes).starts_with(start), sentence(bytes) << " instead of " << start);
}

BOOST_AUTO_TEST_CASE(what_is_read_here_is_not) {
    for (const std::string& bytes : {""s, "\0\0\x8\3\0\0\xea\x60"s, "\x8\x12\x12\x13\x14\x15\x16\x17\x18\x19"s,
                                     "cat\ndog\n"s, "BM6"s, "P6\n1 1\n255\n"s, "\xff\xd8\xff\xe0"s,
                                     "\x89PNG\r\n\x1a\n"s, std::string(600, '\0'), "RIFF\x24\0\0\0WAVEfmt "s})
        BOOST_TEST(sentence(bytes) == "unknown");
}

BOOST_AUTO_TEST_CASE(no_more_than_the_start_is_needed) {
    const TemporaryFolder folder;
    replace_file(folder / "a", tar + std::string(1 << 20, 'x'));
    BOOST_TEST(file_kind_of(folder / "a").value().what == "a tar archive");
    BOOST_TEST(!file_kind_of(folder / "missing"));
    BOOST_TEST(!file_kind_of(folder.path()));
}

BOOST_AUTO_TEST_SUITE_END()
