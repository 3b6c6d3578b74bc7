using System.Diagnostics;
using Etalon.Study;

namespace Etalon.Cli;

/// <summary>A bar with time left on standard error; silent where that is no terminal, and for the first two seconds.</summary>
internal sealed class ProgressLine : IProgress<StudyProgress>, IDisposable
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private readonly bool _isSilent;
    private double _shownAt = -1;
    private bool _hasLine;

    public ProgressLine(bool silent) => _isSilent = silent || Console.IsErrorRedirected;

    public void Report(StudyProgress value)
    {
        var now = _clock.Elapsed.TotalSeconds;
        lock (_lock)
        {
            if (_isSilent || now < 2 || now - _shownAt < 0.2)
            {
                return;
            }

            _shownAt = now;
            _hasLine = true;
            var left = value.Share > 0.02 ? $"about {Math.Max(1, now * (1 - value.Share) / value.Share):0} s left" : "";
            var filled = (int)(30 * Math.Clamp(value.Share, 0, 1));
            Console.Error.Write($"\r[{new string('#', filled)}{new string('.', 30 - filled)}] {100 * value.Share,3:0} %  {value.Stage}, {left}          ");
        }
    }

    public void Dispose()
    {
        if (_hasLine)
        {
            Console.Error.Write("\r" + new string(' ', 78) + "\r");
        }
    }
}
