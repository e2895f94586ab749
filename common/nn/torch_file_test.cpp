#include "nn/torch_file.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>

#include "nn/layers.hpp"
#include "nn/normalization.hpp"
#include "nn/pickle.hpp"
#include "nn/safetensors.hpp"
#include "nn/sequential.hpp"
#include "nn/testing/errors.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::nn;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

const fs::path golden = fs::path(CNN_SOURCE_DIR) / "common/nn/golden";

// The network of make_torch.py.
Sequential network() { return Sequential(Conv2d(1, 2, {.size = 3}), BatchNorm2d(2), ReLU(), Flatten(), Dense(8, 3)); }

bool same(const Tensor& a, const Tensor& b) {  // NaN is NaN
    return a.shape() == b.shape() && std::ranges::equal(a.values(), b.values(), [](float x, float y) {
               return x == y || (std::isnan(x) && std::isnan(y));
           });
}

// What PyTorch before 1.6 would have written, with this pickle in the place of the state_dict.
std::string listed(const std::string& pickle, const std::string& keys = "\x80\2].", const std::string& data = "") {
    return "\x80\2\x8a\12\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."s + "\x80\2M\xe9\3."s + "\x80\2}."s + pickle + keys +
           data;
}
std::string refusal(const std::string& bytes) {
    return error_of([&] { read_torch(bytes, "x.pth"); });
}

// A state_dict of one float tensor w of storage 0, in the instructions that Python writes.
std::string text(const std::string& value) { return "X"s + static_cast<char>(value.size()) + "\0\0\0"s + value; }
std::string state(const std::string& offset, const std::string& sizes, const std::string& strides,
                  const std::string& count = "K\4", const std::string& storage = "torch\nFloatStorage\n") {
    return "\x80\2}"s + text("w") + "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + "c" + storage +
           text("0") + text("cpu") + count + "tQ" + offset + sizes + strides + "\x89}tRs.";
}
const std::string one_key = "\x80\2]"s + text("0") + "a.";
std::string four_numbers() {
    const std::uint64_t count = 4;
    const float values[]{1, 2, 3, 4};
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &count, 8);
    return bytes + std::string(reinterpret_cast<const char*>(values), sizeof values);
}
std::string file_of(const std::string& pickle) { return listed(pickle, one_key, four_numbers()); }

struct Bad {
    const char* name;
    std::string bytes, complaint;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) { return out << bad.name; }

std::string times(std::size_t count, const std::string& what) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += what;
    return all;
}

const std::vector<Bad> hostile{
    {"a program", listed("\x80\2cposix\nsystem\n"s + text("touch executed") + "\x85R."), "posix.system"},
    {"a program by protocol 4", listed("\x80\4"s + text("os") + text("system") + "\x93."), "os.system"},
    {"eval", listed("\x80\2"s + "c__builtin__\neval\n)R."), "__builtin__.eval"},
    {"a class of torch", listed("\x80\2"s + "ctorch.nn.modules.linear\nLinear\n)\x81."),
     "torch.nn.modules.linear.Linear"},
    {"a storage that loads itself", listed("\x80\2"s + "ctorch.storage\n_load_from_bytes\n."), "_load_from_bytes"},
    {"a name of control characters", listed("\x80\2"s + "ca\x1b[31m\nb\x07\n."), "a?[31m.b?"},
    {"INST", listed("\x80\2(iposix\nsystem\n."), "0x69"},
    {"OBJ", listed("\x80\2(o."), "0x6f"},
    {"EXT1", listed("\x80\2\x82\1."), "0x82"},
    {"protocol 9", listed("\x80\x09N."), "protocol 9"},
    {"protocol 0", listed("I1\n."), "0x49"},
    {"an empty stack", listed("\x80\2."), "nothing is on its stack"},
    {"below the mark", listed("\x80\2N(0."), "nothing is on its stack"},
    {"no mark", listed("\x80\2Nt."), "no mark"},
    {"never kept", listed("\x80\2h\7."), "never kept"},
    {"a list added to a number", listed("\x80\2K\1Na."), "no container"},
    {"a key without a value", listed("\x80\2}(K\1u."), "a key without a value"},
    {"a call of a number", listed("\x80\2K\1)R."), "a call of what is no name"},
    {"a text of 2^32 - 1 bytes", listed("\x80\2X\xff\xff\xff\xffzz"), "cut short"},
    {"a text of 2^64 - 1 bytes", listed("\x80\4\x8d\xff\xff\xff\xff\xff\xff\xff\xffzz"), "cut short"},
    {"a million values and more", listed("\x80\2" + times(1'000'001, "N") + "."), "too"},
    {"a deep stack of one value", listed("\x80\2N" + times(1'000'001, "2") + "."), "too deep"},
    {"a long list copied again and again",
     listed("\x80\2]q\1(" + times(20'000, "N") + "e" + times(2'000, "ccollections\nOrderedDict\nh\1\x85R0") + "."s),
     "value"},
    {"a long tuple named again and again",
     listed("\x80\2(" + times(20'000, "N") + "tq\1" + times(2'000, "h\1Q0") + "."s), "too many values"},
    {"tuples in tuples", listed("\x80\2N" + times(500'000, "\x85") + "."), "no state_dict"},
    {"a list of itself", listed("\x80\2]q\1h\1a."), "no state_dict"},
    {"a dict of itself", listed("\x80\2}q\1"s + text("state_dict") + "h\1s."), "no state_dict in it, only state_dict"},
    {"a tensor of itself", listed("\x80\2}"s + text("w") + "ctorch._utils\n_rebuild_parameter\n]q\1h\1a\x85R" + "s."),
     "no state_dict"},
    {"offset behind the storage", file_of(state("K\5", "K\1\x85", "K\1\x85")), "reaches beyond the 4 numbers"},
    {"shape behind the storage", file_of(state("K\1", "K\4\x85", "K\1\x85")), "reaches beyond the 4 numbers"},
    {"a negative stride", file_of(state("K\3", "K\4\x85", "J\xff\xff\xff\xff\x85")), "no whole number"},
    {"a negative size", file_of(state("K\0"s, "J\xff\xff\xff\xff\x85", "K\1\x85")), "no whole number"},
    {"a negative offset", file_of(state("J\xff\xff\xff\xff", "K\1\x85", "K\1\x85")), "no whole number"},
    {"more sizes than strides", file_of(state("K\0"s, "K\1K\1\x86", "K\1\x85")), "2 sizes and 1 strides"},
    {"a number repeated 2^40 times", file_of(state("K\0"s, "\x8a\6\0\0\0\0\0\1\x85"s, "K\0\x85"s)),
     "more numbers than a file of this size"},
    {"a product that overflows", file_of(state("K\0"s, "\x8a\6\0\0\0\0\0\1\x8a\6\0\0\0\0\0\1\x86"s, "K\0K\0\x86"s)),
     "more elements"},
    {"another number of values", file_of(state("K\0"s, "K\1\x85", "K\1\x85", "K\5")), "instead of 5 numbers"},
    {"storage of unknown numbers", file_of(state("K\0"s, "K\1\x85", "K\1\x85", "K\4", "torch\nQuantStorage\n")),
     "torch.QuantStorage"},
    {"no storage 0", listed(state("K\0"s, "K\1\x85", "K\1\x85")), "storage 0 is not in the file"},
    {"a storage nobody uses", listed("\x80\2}.", one_key, four_numbers()), "no tensor tells the type"},
    {"a storage cut short", listed(state("K\0"s, "K\1\x85", "K\1\x85"), one_key, four_numbers().substr(0, 20)),
     "cut short in storage 0"},
    {"no numbers", listed(state("K\0"s, "K\1\x85", "K\1\x85"), one_key), "cut short"},
    {"bytes behind", file_of(state("K\0"s, "K\1\x85", "K\1\x85")) + "!", "1 bytes are left"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(torch_files)

// Both kinds of files, all types, strides, shared storages: the numbers that PyTorch wrote beside them as floats.
BOOST_AUTO_TEST_CASE(give_what_pytorch_saved) {
    for (const std::string name : {"state", "kinds"}) {
        const auto expected = read_safetensors(golden / (name + ".safetensors")).tensors;
        for (const std::string kind : {"", "_listed"}) {
            const WeightsFile file = read_weights(golden / (name + kind + ".pth"));
            const std::map<std::string, Tensor> tensors(file.tensors.begin(), file.tensors.end());
            BOOST_TEST(tensors.size() == expected.size());
            for (const auto& [key, tensor] : expected)
                BOOST_TEST((tensors.contains(key) && same(tensors.at(key), tensor)), name << kind << ": " << key);
            BOOST_TEST(file.notes.empty());
            if (name == "kinds") {
                BOOST_TEST(file.unread.at("complex") == "complex numbers");
                BOOST_TEST(file.unread.at("six axes") == "6 axes");
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(fill_a_network) {
    Sequential from_zip = network(), from_list = network(), from_safetensors = network();
    BOOST_TEST(load_weights(from_zip, golden / "state.pth") == "");
    BOOST_TEST(load_weights(from_list, golden / "state_listed.pth") == "");
    BOOST_TEST(load_weights(from_safetensors, golden / "state.safetensors") == "");
    for (Sequential* one : {&from_zip, &from_list, &from_safetensors}) one->set_training(false);
    const Tensor x = random({2, 1, 4, 4}, 1), y = from_safetensors.forward(x);
    BOOST_TEST((from_zip.forward(x) == y));
    BOOST_TEST((from_list.forward(x) == y));
}

BOOST_AUTO_TEST_CASE(checkpoints_give_their_state_dict) {
    Sequential trained = network();
    const std::string told = load_weights(trained, golden / "checkpoint.pth");
    BOOST_TEST(contains(told, "checkpoint.pth: a checkpoint; its state_dict is read\n"), told);
    BOOST_TEST(contains(told, "every name begins with module. (torch.nn.DataParallel), which is taken off"), told);
}

BOOST_AUTO_TEST_CASE(whatever_runs_is_refused) {
    const auto says = [](const char* file, const char* words) {
        const std::string message = error_of([&] { read_weights(golden / file); });
        BOOST_TEST(contains(message, words), message);
        BOOST_TEST(contains(message, (golden / file).string() + ": "), message);
    };
    says("refused_program.pth", "it holds posix.system, not only tensors, and nothing of it was executed");
    says("refused_network.pth", "it holds torch.nn.modules.");
    says("refused_script.pth", "a TorchScript program");
    BOOST_TEST(!fs::exists("executed"));
}

BOOST_DATA_TEST_CASE(hostile_files_are_refused, boost::unit_test::data::make(hostile), bad) {
    const std::string message = refusal(bad.bytes);
    BOOST_TEST(message.starts_with("x.pth: "), message);
    BOOST_TEST(contains(message, bad.complaint), message);
    BOOST_TEST(message.size() < 300u, message);
    BOOST_TEST(std::ranges::none_of(message, [](char c) { return static_cast<unsigned char>(c) < ' '; }), message);
}

BOOST_AUTO_TEST_CASE(the_hand_made_file_is_sound_without_its_flaw) {
    const WeightsFile file = read_torch(file_of(state("K\1", "K\2\x85", "K\2\x85")), "x.pth");
    BOOST_TEST_REQUIRE(file.tensors.size() == 1u);
    BOOST_TEST((file.tensors[0].second == Tensor({2}, {2, 4})));
}

BOOST_AUTO_TEST_CASE(every_cut_and_flip_is_survived) {
    for (const char* name : {"state.pth", "state_listed.pth", "kinds_listed.pth", "checkpoint.pth"}) {
        const std::string whole = read_file(golden / name);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const std::string cut = whole.substr(0, size);
            if (is_torch_file(cut) && !refusal(cut).starts_with("x.pth: ")) BOOST_ERROR(name << " cut to " << size);
        }
        for (std::size_t at = 0; at < whole.size(); ++at) {
            std::string flipped = whole;
            flipped[at] = static_cast<char>(flipped[at] ^ (1 << at * 5 % 8));
            if (!is_torch_file(flipped)) continue;
            const std::string message = refusal(flipped);
            if (message != "no error" && !message.starts_with("x.pth: ")) BOOST_ERROR(name << ": " << message);
        }
    }
    BOOST_TEST(true);
}

BOOST_AUTO_TEST_CASE(other_files_are_named) {
    const TemporaryFolder folder;
    const auto says = [&](const std::string& bytes, const char* words) {
        replace_file(folder / "w.pth", bytes);
        const std::string message = error_of([&] { read_weights(folder / "w.pth"); });
        BOOST_TEST(contains(message, "w.pth: "), message);
        BOOST_TEST(contains(message, words), message);
    };
    says("<!DOCTYPE html><html>log in</html>", "a web page");
    says("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 7\n", "git lfs pull");
    says("\x89HDF\r\n\x1a\n", "an HDF5 file");
    says("\x80\4\x95...", "a Python pickle that torch.save did not write");
    says("\x1f\x8b\x08", "packed by gzip");
    says("\x08\x07\x12\x07pytorch", "an ONNX model");
    says(read_file(fs::path(CNN_SOURCE_DIR) / "common/tensor/golden/stored.npz"), "NumPy's arrays (.npz)");
    says("neither", "too few for a safetensors file");
}

// A module in a wrapper in a wrapper, by whichever road it came.
BOOST_AUTO_TEST_CASE(wrappers_names_are_taken_off) {
    const TemporaryFolder folder;
    Sequential trained = network();
    Engine engine(1);
    trained.initialize(engine);
    const auto parameters = trained.parameters();
    for (const std::string prefix : {"module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module."}) {
        std::vector<TensorToWrite> tensors;
        for (const auto& [name, parameter] : parameters) tensors.push_back({prefix + name, &parameter->value});
        write_safetensors(folder / "w", tensors);
        Sequential other = network();
        BOOST_TEST(contains(load_weights(other, folder / "w"), "which is taken off"), prefix);
        BOOST_TEST((other.parameters()[0].parameter->value == parameters[0].parameter->value), prefix);
    }
    // Where one name is without it, none is changed.
    std::vector<TensorToWrite> tensors;
    for (const auto& [name, parameter] : parameters) tensors.push_back({"module." + name, &parameter->value});
    tensors.push_back({"0.weight", &parameters[0].parameter->value});
    write_safetensors(folder / "w", tensors);
    BOOST_CHECK_THROW(load_weights(trained, folder / "w"), WrongNetwork);
}

BOOST_AUTO_TEST_CASE(weights_that_are_no_numbers_are_told) {
    const TemporaryFolder folder;
    Sequential trained = network();
    Engine engine(1);
    trained.initialize(engine);
    trained.parameters()[0].parameter->value[3] = std::nanf("");
    trained.parameters()[1].parameter->value.fill(std::numeric_limits<float>::infinity());
    save_weights(trained, folder / "w");
    Sequential other = network();
    const std::string told = load_weights(other, folder / "w");
    BOOST_TEST(
        contains(told, "NaN or infinite, with which a network can tell nothing: 0.weight (1 of 18), 0.bias (2 of 2)"),
        told);
}

BOOST_AUTO_TEST_SUITE_END()
