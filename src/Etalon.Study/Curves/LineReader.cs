namespace Etalon.Study.Curves;

/// <summary>Lines of a stream as bytes, without the line feed. Memory is that of the longest line up to a limit; a longer line is passed over.</summary>
internal sealed class LineReader(Stream input, int longest)
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <summary>Number of the line that was read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Whether the line that was read last was longer than the limit; it is given empty.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Reads the next line; the memory is valid until the next call.</summary>
    /// <param name="line">The line.</param>
    /// <param name="beforeWaiting">Called before the stream is asked for more, so that what is done so far can be seen.</param>
    /// <param name="cancellation">Checked before the stream is asked for more.</param>
    /// <returns>False at the end of the stream.</returns>
    public bool TryRead(out ReadOnlyMemory<byte> line, Action beforeWaiting, CancellationToken cancellation)
    {
        IsTooLong = false;
        var scanned = _start;
        while (true)
        {
            var at = _buffer.AsSpan(scanned, _end - scanned).IndexOf((byte)'\n');
            if (at >= 0 || (_isAtEnd && _end > _start))
            {
                var stop = at >= 0 ? scanned + at : _end;
                Number++;
                line = IsTooLong ? default : Line(stop);
                _start = Math.Min(_end, stop + 1);
                return true;
            }

            if (_isAtEnd)
            {
                line = default;
                Number += IsTooLong ? 1 : 0;
                return IsTooLong;
            }

            if (_end - _start > longest)
            {
                (IsTooLong, _start) = (true, _end);
            }

            MakeRoom();
            scanned = _end;
            beforeWaiting();
            // A terminal or a pipe that says nothing would hold up an interrupt: the wait can be left, the read cannot.
            var count = Task.Run(() => input.Read(_buffer, _end, _buffer.Length - _end), cancellation).WaitAsync(cancellation).GetAwaiter().GetResult();
            _isAtEnd = count == 0;
            _end += count;
        }
    }

    private ReadOnlyMemory<byte> Line(int stop)
    {
        var start = Number == 1 && _buffer.AsSpan(_start, stop - _start).StartsWith(Mark) ? _start + Mark.Length : _start;
        return _buffer.AsMemory(start, stop - start);
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_end, _start) = (_end - _start, 0);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
    }
}
