#include "zoo/pretrained.hpp"

#include <stdlib.h>

#include <boost/test/unit_test.hpp>

#include "nn/safetensors.hpp"
#include "tensor/file.hpp"
#include "zoo/zoo.hpp"

using namespace cnn;

namespace {

// The tensors of a network, as a file would hold them.
nn::WeightsFile file_of(zoo::Network network) {
    nn::WeightsFile file;
    for (const auto& [name, parameter] : network.layers.parameters())
        if (parameter->portable) file.tensors.emplace_back(name, std::move(parameter->value));
    return file;
}

std::string error_of(const std::string& name, const nn::WeightsFile& file) {
    zoo::Network network = zoo::build(name, 10);
    try {
        zoo::load_weights(name, network, file, "x.pth");
    } catch (const DataError& error) {
        return error.what();
    }
    return "loaded";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pretrained)

BOOST_AUTO_TEST_CASE(every_network_is_known_by_its_weights) {
    for (const std::string& name : zoo::names()) {
        const std::string twin = name.starts_with("plain") ? "resnet" + name.substr(5) : name;
        BOOST_TEST(zoo::looks_like(file_of(zoo::build(name, 3))) == twin);
    }
    BOOST_TEST(zoo::looks_like({}) == "");
}

BOOST_AUTO_TEST_CASE(wrong_weights_are_named) {
    const nn::WeightsFile resnet20 = file_of(zoo::build("resnet20", 10)), other = file_of(zoo::build("resnet20", 3));
    const auto says = [](const std::string& said, const char* part) { BOOST_TEST(said.find(part) != said.npos, said); };
    says(error_of("lenet5", resnet20), "they look like those of resnet20");
    says(error_of("lenet5", resnet20),
         "these weights are not of this network: 0.weight [6, 1, 5, 5] is not in the file");
    says(error_of("resnet20", other), "they are of resnet20 with 3 classes instead of 10 (--labels FILE names them)");
    BOOST_TEST(error_of("resnet20", resnet20) == "loaded");
}

// Where they were fetched, and where torchvision keeps its own.
BOOST_AUTO_TEST_CASE(fetched_weights_are_found) {
    const TemporaryFolder folder;
    const char* before = ::getenv("TORCH_HOME");
    const std::string torch_home = before ? before : "";
    ::setenv("CNN_DATA", folder.path().c_str(), 1);
    ::setenv("TORCH_HOME", (folder / "torch").c_str(), 1);
    const std::filesystem::path in_torch = folder / "torch/hub/checkpoints/vgg11-8a719046.pth",
                                fetched = folder / "vgg11-imagenet/vgg11-8a719046.pth";
    for (const auto& path : {in_torch, fetched}) {
        std::filesystem::create_directories(path.parent_path());
        replace_file(path, "weights");
        BOOST_TEST(zoo::registered_weights("vgg11") == path);
    }
    BOOST_TEST(zoo::registered_weights("lenet5").empty());
    BOOST_TEST(zoo::fetch_line("resnet18") == "./lab data fetch resnet18-imagenet");
    BOOST_TEST(zoo::fetch_line("lenet5") == "");
    for (const std::string& model : zoo::registered_models()) BOOST_CHECK_NO_THROW(zoo::build(model, 2));
    ::unsetenv("CNN_DATA");
    before ? ::setenv("TORCH_HOME", torch_home.c_str(), 1) : ::unsetenv("TORCH_HOME");
}

BOOST_AUTO_TEST_SUITE_END()
