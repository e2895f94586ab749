#include "nn/weights_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "nn/safetensors.hpp"
#include "nn/torch_file.hpp"
#include "tensor/file.hpp"

namespace cnn::nn {
namespace {

struct Wrapper {
    std::string_view prefix, who;
};
constexpr Wrapper wrappers[]{{"module.", "torch.nn.DataParallel"},
                             {"_orig_mod.", "torch.compile"},
                             {"model.", "a module around the network"},
                             {"net.", "a module around the network"}};

// Takes off what wrappers have put before every name, in whichever order they were wrapped.
void unwrap(WeightsFile& file, const std::string& path) {
    const auto all_begin_with = [&](std::string_view prefix) {
        return !file.tensors.empty() &&
               std::ranges::all_of(file.tensors, [&](const auto& one) { return one.first.starts_with(prefix); }) &&
               std::ranges::all_of(file.unread, [&](const auto& one) { return one.first.starts_with(prefix); });
    };
    while (true) {
        const auto wrapper = std::ranges::find_if(wrappers, all_begin_with, &Wrapper::prefix);
        if (wrapper == std::end(wrappers)) return;
        for (auto& [name, tensor] : file.tensors) name.erase(0, wrapper->prefix.size());
        std::map<std::string, std::string> unread;
        for (const auto& [name, why] : file.unread) unread[name.substr(wrapper->prefix.size())] = why;
        file.unread = std::move(unread);
        file.notes.push_back(
            fmt::format("{}: every name begins with {} ({}), which is taken off", path, wrapper->prefix, wrapper->who));
    }
}

}  // namespace

std::string foreign_kind(std::string_view bytes) {
    using namespace std::string_view_literals;
    struct Kind {
        std::string_view begin;
        const char* name;
    };
    static constexpr std::array kinds{Kind{"<!DOCTYPE"sv, "a web page, not what it was to bring"},
                                      Kind{"<!doctype"sv, "a web page, not what it was to bring"},
                                      Kind{"<html"sv, "a web page, not what it was to bring"},
                                      Kind{"<HTML"sv, "a web page, not what it was to bring"},
                                      Kind{"<?xml"sv, "a page of XML, perhaps a server's refusal"},
                                      Kind{"version https://git-lfs"sv, "Git LFS's pointer to a file: git lfs pull"},
                                      Kind{"\x89HDF\r\n"sv, "an HDF5 file (Keras' .h5)"},
                                      Kind{"\x93NUMPY"sv, "one array of NumPy (.npy)"},
                                      Kind{"\x1f\x8b"sv, "packed by gzip: gunzip it"},
                                      Kind{"GGUF"sv, "a GGUF file"},
                                      Kind{"\x89PNG"sv, "a picture"},
                                      Kind{"\xff\xd8\xff"sv, "a picture"}};
    for (const Kind& kind : kinds)
        if (bytes.starts_with(kind.begin)) return kind.name;
    if (bytes.size() > 262 && bytes.substr(257, 5) == "ustar") return "a tar archive: unpack it";
    if (bytes.size() > 1 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5)
        return "a Python pickle that torch.save did not write";
    if (bytes.size() > 3 && bytes[0] == '\x08' && bytes[1] > 0 && bytes[1] < 16 && bytes[2] == '\x12')
        return "an ONNX model";
    return {};
}

WeightsFile read_weights(const std::filesystem::path& path) {
    const std::string bytes = read_file(path);
    if (const std::string kind = foreign_kind(bytes); !kind.empty() && !is_torch_file(bytes))
        fail_data("{}: this is {}; expected weights as .safetensors, or of torch.save (.pth, .pt)", path.string(),
                  kind);
    WeightsFile file;
    if (is_torch_file(bytes)) {
        file = read_torch(bytes, path.string());
    } else {
        SafeTensors tensors = parse_safetensors(bytes, path.string());
        file = {std::move(tensors.tensors), std::move(tensors.unread), {}};
    }
    unwrap(file, path.string());
    return file;
}

}  // namespace cnn::nn
