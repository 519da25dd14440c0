class Yolint < Formula
  desc "Shapes, parameters, GFLOPs and errors of YOLO model YAML files"
  homepage "https://github.com/{OWNER}"
  version "{VERSION}"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "https://github.com/{OWNER}/releases/download/v{VERSION}/yolint-{VERSION}-aarch64-apple-darwin.tar.gz"
      sha256 "{SHA256 aarch64-apple-darwin.tar.gz}"
    end
    on_intel do
      url "https://github.com/{OWNER}/releases/download/v{VERSION}/yolint-{VERSION}-x86_64-apple-darwin.tar.gz"
      sha256 "{SHA256 x86_64-apple-darwin.tar.gz}"
    end
  end
  on_linux do
    on_arm do
      url "https://github.com/{OWNER}/releases/download/v{VERSION}/yolint-{VERSION}-aarch64-unknown-linux-gnu.tar.gz"
      sha256 "{SHA256 aarch64-unknown-linux-gnu.tar.gz}"
    end
    on_intel do
      url "https://github.com/{OWNER}/releases/download/v{VERSION}/yolint-{VERSION}-x86_64-unknown-linux-gnu.tar.gz"
      sha256 "{SHA256 x86_64-unknown-linux-gnu.tar.gz}"
    end
  end

  def install
    bin.install "yolint"
    man1.install "yolint.1"
    bash_completion.install "completions/yolint.bash" => "yolint"
    zsh_completion.install "completions/yolint.zsh" => "_yolint"
    fish_completion.install "completions/yolint.fish"
  end

  test do
    (testpath/"m.yaml").write "backbone:\n  - [-1, 1, Conv, [16, 3, 2]]\nhead:\n  - [-1, 1, Classify, [3]]\n"
    assert_match "\"params\":464", shell_output("#{bin}/yolint table --format json m.yaml")
  end
end
