// Lab 15 as a program: your ResNets trained on small images; the degradation experiment; the winners of ILSVRC.
#include "degradation.hpp"
#include "tensor/todo.hpp"
#include "winners.hpp"

namespace cnn::lab15 {
namespace {

struct Settings {
    TrainingSettings training{.epochs = 3, .batch = 128, .learning_rate = 0.1};
    std::string what = "train", net = "resnet20";
    bool is_long = false;
};

const std::map<std::string, Index> small_nets{
    {"resnet20", 3}, {"resnet32", 5}, {"resnet44", 7}, {"resnet56", 9}, {"resnet110", 18}};
const std::map<std::string, Index> photo_nets{
    {"resnet18", 18}, {"resnet34", 34}, {"resnet50", 50}, {"resnet101", 101}, {"resnet152", 152}};

std::vector<std::string> net_names() {
    std::vector<std::string> names;
    for (const auto& [name, n] : small_nets) names.push_back(name), names.push_back("plain" + name.substr(6));
    for (const auto& [name, layers] : photo_nets) names.push_back(name);
    return names;
}

void add_options(CLI::App& app, Settings& settings) {
    app.add_option("what", settings.what,
                   "train: one network. degradation: plain against residual, 20 and 44 layers. winners: ILSVRC as a "
                   "figure")
        ->check(CLI::IsMember({"train", "degradation", "winners"}))
        ->capture_default_str();
    app.add_option("--net", settings.net, "which network is trained: resnet20, plain44, resnet50, …")
        ->check(CLI::IsMember(net_names()))
        ->capture_default_str();
    app.add_flag("--long", settings.is_long,
                 "degradation in full width and size, 60 epochs: overnight; stop it by Ctrl-C, go on with --resume");
    program::add_training_options(app, settings.training);
}

// The values of the experiment where none were given.
void complete(Settings& settings, const CLI::App& app) {
    if (settings.what != "degradation") return;
    const Recipe& recipe = settings.is_long ? long_recipe : short_recipe;
    if (app.count("--epochs") == 0) settings.training.epochs = recipe.epochs;
    if (app.count("--images") == 0) settings.training.images = recipe.images;
    if (app.count("--batch") == 0) settings.training.batch = recipe.batch;
    if (app.count("--learning-rate") == 0) settings.training.learning_rate = recipe.learning_rate;
}

nn::Sequential build(const std::string& net, const Shape& image, Index classes) {
    if (const auto found = photo_nets.find(net); found != photo_nets.end()) {
        require(image[0] == 3, "{} is for colour images; these have {} channel: try --data cifar-10", net, image[0]);
        return photo_network({.layers = found->second, .classes = classes});
    }
    const bool residual = net.starts_with("resnet");
    return small_network({.n = small_nets.at(residual ? net : "resnet" + net.substr(5)),
                          .residual = residual,
                          .channels = image[0],
                          .classes = classes});
}

// "ResNet-20", "plain-44"
std::string title_of(const std::string& net) {
    return net.starts_with("resnet") ? "ResNet-" + net.substr(6) : "plain-" + net.substr(5);
}

int degradation(const CLI::App& app, const Settings& settings) {
    const std::shared_ptr<void> limit = program::limit_threads(settings.training);
    Degradation experiment(settings.training, settings.is_long ? long_recipe : short_recipe);
    if (settings.training.describe) return experiment.describe(), 0;
    const fs::path folder = program::run_folder(settings.training, "15-resnet");
    if (settings.training.resume.empty()) program::keep_options(app, folder);
    if (!experiment.run(folder)) {
        program::say_how_to_go_on(app, settings.training, folder);
        return 130;
    }
    program::Album album(folder);
    album.add("degradation.png", [&](const fs::path& path) { return plot::draw(experiment.figure(), path); });
    fmt::print("\n");
    for (const bool residual : {false, true})
        program::attempt("verdict", [&] { return fmt::print("{}\n", experiment.verdict(residual)), 0; });
    fmt::print("{}\n", album.summary());
    return 0;
}

int show_winners(const Settings& settings) {
    for (const Winner& winner : winners())
        fmt::print("{}  {:<15}{:>6.2f} %   {}\n", winner.year, winner.name, winner.error,
                   winner.layers ? fmt::format("{} layers", winner.layers) : "");
    fmt::print("a person             {:>6.2f} %\n\nSources:\n", human_error);
    for (const Source& source : sources()) fmt::print("  {}: {}\n", source.what, source.where);
    fmt::print("\n");
    program::Album album(program::run_folder(settings.training, "15-resnet"));
    album.add("winners.png", [](const fs::path& path) { return plot::draw(winners_figure(), path); });
    fmt::print("{}\n", album.summary());
    return 0;
}

// A network at the size it has in the paper (table 1, section 4.2): needs no images.
int describe(const std::string& net) {
    const bool small = !photo_nets.contains(net);
    const Shape image = small ? Shape{3, 32, 32} : Shape{3, 224, 224};
    nn::Sequential network = build(net, image, small ? 10 : 1000);
    fmt::print("{}", nn::to_string(nn::describe(network, {1, image[0], image[1], image[2]})));
    return 0;
}

int train(const CLI::App& app, const Settings& settings) {
    const bool small = !photo_nets.contains(settings.net);
    if (settings.training.describe && (!small || app.count("--data") == 0)) return describe(settings.net);
    return program::train_and_show(
        app, settings.training,
        {.lab = "15-resnet",
         .title = title_of(settings.net),
         .build = [&](const Shape& image, Index classes) { return build(settings.net, image, classes); },
         .augmentation = {.mirror = true, .crop_padding = small ? 4 : 0},
         .weight_decay = 1e-4f});
}

// What a task that is missing keeps from being shown.
std::string waiting_for(const std::string& task) {
    if (task == "15.6") return "small_network() and photo_network() build what is trained here";
    if (!task.starts_with("15.")) return "it had passed, but its function is not written any more";
    return "the networks are made of it";
}

int run_or_say(const CLI::App& app, const Settings& settings) {
    try {
        if (settings.what == "winners") return show_winners(settings);
        return settings.what == "degradation" ? degradation(app, settings) : train(app, settings);
    } catch (const NotStarted& missing) {
        fmt::print(
            stderr,
            "Task {0} is not started: {1}.  ./lab start {0}   Or watch the reference: ./lab run 15 --reference\n",
            missing.task, waiting_for(missing.task));
        return 1;
    }
}

}  // namespace
}  // namespace cnn::lab15

int main(int argc, char** argv) {
    cnn::lab15::Settings settings;
    CLI::App app("Lab 15: ResNets on small images; plain networks against residual ones; the winners of ILSVRC.");
    app.footer(
        "Examples: ./lab run 15 -- degradation\n"
        "          ./lab run 15 -- --net resnet50 --describe");
    cnn::lab15::add_options(app, settings);
    return cnn::program::run(app, argc, argv, [&] {
        if (!settings.training.resume.empty())
            cnn::program::add_kept_options(app, argc, argv, settings.training.resume);
        cnn::lab15::complete(settings, app);
        return cnn::lab15::run_or_say(app, settings);
    });
}
