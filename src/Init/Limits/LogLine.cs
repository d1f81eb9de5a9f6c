using CrashShield.Hosting.Containers.Limits;

namespace CrashShield.Init.Limits;

/// <summary>A line of the log that is put together where nothing may be allocated.</summary>
internal sealed class LogLine
{
    private readonly byte[] _text = new byte[2048];
    private int _length;

    public ReadOnlySpan<byte> Text => _text.AsSpan(0, _length);

    public LogLine Begin(ReadOnlySpan<byte> text)
    {
        _length = 0;
        return Add("crashshield-init: "u8).Add(text);
    }

    public LogLine Add(ReadOnlySpan<byte> text)
    {
        var fits = text[..Math.Min(text.Length, _text.Length - _length)];
        fits.CopyTo(_text.AsSpan(_length));
        _length += fits.Length;
        return this;
    }

    public unsafe LogLine Add(in RawText text) => Add(new ReadOnlySpan<byte>(text.Start, text.Length));
}
