namespace Weir.Policy.Documents;

/// <summary>What documents hold.</summary>
internal static class DocumentNodes
{
    /// <summary>The objects of a document: those of a list such as <c>kubectl get -o yaml</c> prints, else the document itself.</summary>
    public static IEnumerable<DocumentNode> Flatten(DocumentNode document)
    {
        if (document.Find("kind")?.Text is not { } kind || document.Find("items") is not { Kind: NodeKind.Sequence } items || !kind.EndsWith("List", StringComparison.Ordinal)) return [document];
        return items.Items;
    }
}
