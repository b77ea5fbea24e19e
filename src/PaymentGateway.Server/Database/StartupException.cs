namespace PaymentGateway.Database;

/// <summary>The server cannot start, for a reason that the operator can cure. The message is the whole sentence to print.</summary>
public sealed class StartupException : Exception
{
    public StartupException(string sentence) : base(sentence) { }

    public StartupException(string sentence, Exception cause) : base(sentence, cause) { }
}
