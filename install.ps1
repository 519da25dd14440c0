# Installs the program from a release, after its checksum: irm https://raw.githubusercontent.com/OWNER/yolint/main/install.ps1 | iex
#
# $env:YOLINT_VERSION (default: the newest release) and $env:YOLINT_DIR (default: %LOCALAPPDATA%\yolint) say what goes where;
# $env:YOLINT_RELEASES is the address of the releases.
$ErrorActionPreference = 'Stop'

$releases = if ($env:YOLINT_RELEASES) { $env:YOLINT_RELEASES } else { 'https://github.com/OWNER/yolint/releases' }
$dir = if ($env:YOLINT_DIR) { $env:YOLINT_DIR } else { Join-Path $env:LOCALAPPDATA 'yolint' }
$machine = if ($env:PROCESSOR_ARCHITECTURE -eq 'ARM64') { 'aarch64' } else { 'x86_64' }
$target = "$machine-pc-windows-msvc"
$address = if ($env:YOLINT_VERSION) { "$releases/download/v$($env:YOLINT_VERSION.TrimStart('v'))" } else { "$releases/latest/download" }

$folder = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())
New-Item -ItemType Directory -Path $folder | Out-Null
try {
    $sums = Join-Path $folder 'SHA256SUMS'
    Invoke-WebRequest -UseBasicParsing "$address/SHA256SUMS" -OutFile $sums
    $line = Get-Content $sums | Where-Object { $_ -match "^([0-9a-f]+) [ *](yolint-.*-$target\.zip)$" } | Select-Object -First 1
    if (-not $line) { throw "install.ps1: the release has nothing for $target" }
    $expected, $archive = ($line -split ' +\*?', 2)
    $zip = Join-Path $folder $archive
    Invoke-WebRequest -UseBasicParsing "$address/$archive" -OutFile $zip
    if ((Get-FileHash -Algorithm SHA256 $zip).Hash -ne $expected) { throw "install.ps1: $archive isn't what the release names: its checksum differs" }
    Expand-Archive -Path $zip -DestinationPath $folder
    New-Item -ItemType Directory -Force -Path $dir | Out-Null
    Copy-Item -Force (Join-Path $folder "$([IO.Path]::GetFileNameWithoutExtension($archive))/yolint.exe") (Join-Path $dir 'yolint.exe')
    Write-Output "$(& (Join-Path $dir 'yolint.exe') --version) is in $dir"
    $path = [Environment]::GetEnvironmentVariable('Path', 'User')
    if (($path -split ';') -notcontains $dir) {
        [Environment]::SetEnvironmentVariable('Path', "$path;$dir", 'User')
        Write-Output 'It is on the PATH of terminals that are opened from now on.'
    }
} finally {
    Remove-Item -Recurse -Force $folder
}
