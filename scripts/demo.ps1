# The same as scripts/demo, for Windows PowerShell: sets everything up where needed, then plays
# the shipped sample call. Takes the options of 'companion demo', such as --fast or --plain.
$ErrorActionPreference = 'Stop'
$root = Split-Path -Parent $PSScriptRoot
$venv = Join-Path $root '.venv'
$python = Join-Path $venv 'Scripts\python.exe'
$stamp = Join-Path $venv 'companion-app.stamp'
$requirements = Join-Path $root 'requirements\app.txt'
$wanted = (Get-FileHash $requirements).Hash + (Get-FileHash (Join-Path $root 'pyproject.toml')).Hash + $root

function Assert-Done($sentence) { if ($LASTEXITCODE -ne 0) { Write-Error "companion: $sentence" } }

if (-not (Test-Path $stamp) -or (Get-Content $stamp) -ne $wanted) {
    if (-not (Test-Path $python)) {
        Write-Host 'companion: making an environment in .venv ...'
        py -3 -m venv $venv
        Assert-Done 'Python 3.10 or newer is needed; get it from python.org, then run this again.'
    }
    Write-Host 'companion: fetching and installing the pinned parts (minutes on a slow line) ...'
    & $python -m pip --disable-pip-version-check install --require-hashes --only-binary :all: -r $requirements
    Assert-Done 'the parts could not all be installed; check the connection and run this again.'
    & $python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable $root
    Assert-Done 'companion could not be installed from this folder; run this again.'
    Set-Content $stamp $wanted
}
& $python -m companion demo @args
exit $LASTEXITCODE
